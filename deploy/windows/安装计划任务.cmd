@echo off
rem The folder above this one holds bidui.exe and project.toml. The task runs on working days at 6:30.
chcp 65001 >nul
cd /d "%~dp0.."
if not exist project.toml (
    echo 本文件夹的上一级里没有 project.toml：请先双击 bidui.exe，新建好项目，再运行本文件。
    pause
    exit /b 1
)
schtasks /Create /F /TN bidui /SC WEEKLY /D MON,TUE,WED,THU,FRI /ST 06:30 /TR "\"%~dp0每日比对.cmd\""
if errorlevel 1 (
    echo 没有装上：见本文件夹的“说明.txt”。
) else (
    echo 已装上：工作日 6:30 自动比对一次，有新数据才比对；说了什么看 bidui.log。
)
pause
